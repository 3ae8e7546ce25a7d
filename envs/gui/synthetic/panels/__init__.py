"""What fills a page: lists, forms, grids, keys; each draws itself in a box."""
