"""`python -m starter`, the same as `collect`."""

from starter.cli.main import run

if __name__ == "__main__":
    run()
