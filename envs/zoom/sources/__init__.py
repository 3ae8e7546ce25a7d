"""Where the large pictures and the questions about them come from, a module or folder a source."""
