"""A person at the API: ``client(lan).get("/api/v1/events/", zone="HP-KKT")`` gives a status and JSON."""

import json as codec

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from knox.models import get_token_model

from organizations.models import Change


class Api:
    """One person's client with a token, or a stranger's without; it raises what the server would log as a fault."""

    def __init__(self, user=None, **headers):
        self.headers = dict(headers)
        if user is not None:
            self.headers["Authorization"] = f"Token {get_token_model().objects.create(user)[1]}"
        self.client = Client()

    def get(self, path, **params):
        return self.client.get(path, params, headers=self.headers)

    def post(self, path, body=None, *, content_type="application/json", **headers):
        data = body if isinstance(body, str | bytes) else codec.dumps({} if body is None else body)
        return self.client.generic("POST", path, data, content_type=content_type, headers=self.headers | headers)

    def upload(self, path, data, *, name="so-lieu.xlsx", headers=None, **fields):
        """Send a file with the fields beside it, as a form."""
        form = {"file": SimpleUploadedFile(name, data)} | fields
        return self.client.post(path, form, headers=self.headers | (headers or {}))

    def send(self, method, path, body=None, *, seen=None):
        """``seen`` is the version that was read, sent as If-Match."""
        headers = self.headers if seen is None else self.headers | {"If-Match": f'"{seen}"'}
        return self.client.generic(
            method, path, codec.dumps(body or {}), content_type="application/json", headers=headers
        )

    def rows(self, path, **params):
        """The rows of a list that fits one page."""
        answer = self.get(path, page_size=500, **params)
        assert answer.status_code == 200, answer.content.decode()
        return answer.json()["results"]


def refused(answer, name, *words, status=400):
    """The answer refuses the field ``name`` alone, and its message holds each of ``words``."""
    told = answer.content.decode()
    assert (answer.status_code, list(answer.json())) == (status, [name]), told
    assert [word for word in words if word not in told] == []


def unchanged_when_sent_back(api, method, path, **also):
    """What is read at ``path``, sent back by ``method``, is answered as it was, with ``also``, and changes nothing."""
    read, changes = api.get(path).json(), Change.objects.count()
    answer = api.send(method, path, read, seen=1)
    assert (answer.status_code, answer.headers["ETag"], answer.json()) == (200, '"1"', read | also)
    assert Change.objects.count() == changes
