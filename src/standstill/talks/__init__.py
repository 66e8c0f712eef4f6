"""Talks: can it be agreed, would it hold, and what is it waiting for. Built on what runs and studies give."""

__all__: list[str] = []
