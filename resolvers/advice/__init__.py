"""Advise before anything is filed: who is likely competent, what the law excludes, what is alike.

Advice never decides: nothing here keeps anybody from filing what they want where they want.
"""
