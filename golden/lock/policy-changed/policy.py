print("another policy")
