"""Files: folders in folders, found, named, moved and deleted."""
