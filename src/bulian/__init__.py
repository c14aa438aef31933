"""bulian (补链): a knowledge graph of a region's innovation ecosystem."""

__version__ = "0.1.0"
