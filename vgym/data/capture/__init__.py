"""Screens and their controls, captured from web pages in Chromium."""
