"""Who may call a view. Each view says it with one of these; one that says nothing is closed (`web.gate`).

```python
@needs(Right.SEE)          # held in at least one unit; about the result itself the view asks `result_opening.door`
@signed_in                 # anybody who is signed in
@public                    # anybody at all
```
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponseBase

from accounts.access import NOBODY, Access, of_user
from accounts.rights import Right
from indexing import Visible

View = Callable[..., HttpResponseBase]
PUBLIC: Final = "public"
SIGNED_IN: Final = "signed in"
_NEED = "sohoa_need"
_ACCESS = "_sohoa_access"


def needs(right: Right) -> Callable[[View], View]:
    """The view is for people who hold `right` somewhere; for others it is not there (404)."""
    return lambda view: _marked(view, right.value)


def signed_in(view: View) -> View:
    """The view is for everybody who is signed in."""
    return _marked(view, SIGNED_IN)


def public(view: View) -> View:
    """The view is for everybody."""
    return _marked(view, PUBLIC)


def need_of(view: View) -> str | None:
    """What `view` says: PUBLIC, SIGNED_IN or a Right's value; None: nothing, so it stays closed."""
    return getattr(view, _NEED, None)


def access(request: HttpRequest) -> Access:
    """What the person who asks may do; worked out once a request."""
    known: Access | None = getattr(request, _ACCESS, None)
    if known is None:
        user = getattr(request, "user", None)
        known = of_user(user) if user is not None and user.is_authenticated else NOBODY
        setattr(request, _ACCESS, known)
    return known


def visible(access: Access) -> Visible:
    """What search may find for somebody."""
    return Visible(access.where(Right.SEE), tuple(sorted(access.confidential.items())))


def _marked(view: View, need: str) -> View:
    @wraps(view)
    def same(*args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(*args, **kwargs)

    setattr(same, _NEED, need)
    return same
