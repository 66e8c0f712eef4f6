"""The field's files: a file in, a System out, and back. Nothing here knows of sides or strikes."""
