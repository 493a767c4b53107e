"""The policy of ../policy-python on the SDK: a redactor on every edge over which agents talk (kind a2a)."""
import os

from headgate_policy import Context, Decision, Scope, define_policy, interposer, serve


@define_policy("redaction")
def redaction(scope: Scope, context: Context) -> Decision:
    # References to the config of the scope, as its manifest wrote them: a policy never sees the values.
    terms = context.config["redaction_terms"]
    redactor = interposer(
        program={
            "path": "/usr/bin/env",
            "args": ["python3", "-u", "-c", os.environ["INTERPOSER"]],
            "env": {"REDACTION_TERMS": "${config.redaction_terms}"},
        },
        port=18130,
        reason=f"agents talk over this edge, so {len(terms)} terms are redacted in both directions",
        config={"redaction_terms": terms},
        config_schema={
            "type": "object",
            "properties": {"redaction_terms": {"type": "array", "items": {"type": "string"}}},
            "required": ["redaction_terms"],
        },
    )
    return redactor.on(scope.select(kind="a2a"))


if __name__ == "__main__":
    serve(redaction)
