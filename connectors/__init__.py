"""Translators between the common language of complaints and the systems that hold them."""
