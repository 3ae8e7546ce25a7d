"""VGuiWeb: pages in a real Chromium, one browser, one page for each environment."""
