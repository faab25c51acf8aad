"""``python -m cli`` is the command ``sohoa``."""

from cli.main import main

if __name__ == "__main__":
    main()
