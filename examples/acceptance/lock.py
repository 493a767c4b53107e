"""A canal lock: water runs into the chamber until it stands as high as the river, and then the gate opens."""
import json, sys


def step(state, level):
    """One tick later. Whole numbers only: the same document gives the same bytes on every machine."""
    water = min(state["water"] + level["inflow"], level["river"])
    gate = "open" if water == level["river"] else "shut"
    return {"tick": state["tick"] + 1, "water": water, "gate": gate}


if __name__ == "__main__":
    level = json.load(sys.stdin)
    state = {"tick": 0, "water": level["water"], "gate": "shut"}
    for _ in range(int(sys.argv[sys.argv.index("--ticks") + 1])):
        state = step(state, level)
        print(json.dumps(state, sort_keys=True))
