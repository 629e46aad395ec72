"""`headwater`, and `python -m headwater`."""


def main() -> None:
    """Run the command line. What Headwater can explain is a sentence, not a traceback."""
    import sys

    from headwater.cli.main import cli
    from headwater.core.errors import HeadwaterError

    try:
        cli()
    except HeadwaterError as wrong:
        sys.exit(str(wrong))


if __name__ == "__main__":
    main()
