"""The largest file that is taken off the line: what follows is read past, and kept neither in memory nor on disk."""

from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from .reader import LARGEST_FILE


class Limit(FileUploadHandler):
    """First of a request's upload handlers. ``exceeded`` is the size at which a file was too large, else None."""

    exceeded: int | None = None

    def receive_data_chunk(self, raw_data, start):
        size = start + len(raw_data)
        if size > LARGEST_FILE:
            length = (self.request.META.get("CONTENT_LENGTH") or "0") if self.request else "0"
            self.exceeded = max(size, int(length))
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size):
        return None
