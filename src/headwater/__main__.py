"""`headwater`, and `python -m headwater`."""


def main() -> None:
    """Run the command line."""
    from headwater.cli.main import cli

    cli()


if __name__ == "__main__":
    main()
