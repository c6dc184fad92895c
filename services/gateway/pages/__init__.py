"""The web page: hand over, watch, read. Server-rendered; it works without scripts, and with htmx it moves by itself.

``routes`` is thin; ``spans``, ``cuts``, ``compare``, ``progress``, ``record`` and ``words`` are pure: models in, what a
template shows out.
"""
