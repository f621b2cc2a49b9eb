# SPDX-License-Identifier: MIT
"""The same sandboxes of Modal in the two ways that a configuration can ask for them."""

SCRIPT = "uv run @modal_sandbox.py"

# What stands in [provider].
WAYS = {
    "modal": 'type = "modal"\ndockerfile = "Dockerfile"\n',
    "default": f"""type = "default"
prepare_command = "{SCRIPT} prepare Dockerfile"
create_command = "{SCRIPT} create {{image_id}}"
exec_command = "{SCRIPT} exec {{sandbox_id}} {{command}}"
destroy_command = "{SCRIPT} destroy {{sandbox_id}}"
""",
}
