"""``python -m standstill`` is the command line."""

from standstill.cli import main

if __name__ == "__main__":
    main()
