"""A stack of pages of documentation: search, open a page, look closer, answer."""
