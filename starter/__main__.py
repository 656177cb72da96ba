"""`python -m starter`, the same as `collect`; `read-replies` loads no other command beside itself."""

import sys

if __name__ == "__main__":
    if sys.argv[1:] == ["read-replies"]:
        from starter.reading.lines import from_standard_input as run
    elif sys.argv[1:2] == ["read-replies"]:
        from starter.cli.read_replies import alone as run
    else:
        from starter.cli.main import run
    run()
