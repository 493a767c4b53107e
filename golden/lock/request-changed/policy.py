print("a policy")
