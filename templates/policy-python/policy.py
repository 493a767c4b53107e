"""The policy: what is shown goes in, what is proposed comes out. Only when it is the program, it listens."""
from pathlib import Path

from headgate_policy import Context, Decision, Placement, Scope, define_policy, finding, interposer, serve

# The recorder goes into the plan as a text, so the plan needs nothing of this folder.
RECORDER = (Path(__file__).parent / "recorder.py").read_text(encoding="utf-8")


def program(placement: Placement):
    return {
        "path": "/usr/bin/env",
        "args": ["python3", "-u", "-c", RECORDER],
        "env": {"EDGE": placement.edge.label},
    }


@define_policy("example-policy")
def policy(scope: Scope, context: Context) -> Decision:
    # The manifest says what `kinds` may be.
    kinds = context.config.get("kinds", ["http"])
    recorder = interposer(
        program=program,
        port=18240,
        reason=lambda placement: f"what goes over {placement.edge.label} is recorded",
    )
    between = scope.select(kind=kinds, side="inside", name="edges between components")
    from_outside = scope.select(kind=kinds, side="import", allow_empty=True)
    return [
        recorder.on(between),
        [
            finding("info", "what comes in over this edge is not recorded", edge=edge, code="not-recorded")
            for edge in from_outside
        ],
    ]


if __name__ == "__main__":
    serve(policy)
