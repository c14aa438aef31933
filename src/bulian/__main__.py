"""`python -m bulian`."""

from bulian.cli import main

if __name__ == "__main__":
    main()
