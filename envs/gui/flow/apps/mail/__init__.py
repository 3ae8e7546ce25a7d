"""Mail: folders, a message, a form to write one."""
