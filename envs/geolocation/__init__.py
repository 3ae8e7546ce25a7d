"""Geolocation: where on Earth is this?"""
