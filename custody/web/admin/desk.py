"""The first page of who is signed in: as whom, and what there is to do."""

from flask import render_template

from custody.accounts.roles import NAMES, ROLES
from custody.web.access import roles, viewer
from custody.web.admin.menu import offers
from custody.web.portal.pages import area

desk = area("desk", "/desk")


@desk.get("")
@roles(*NAMES)
def show() -> str:
    """The page."""
    who = viewer()
    return render_template("desk.html", offers=offers(who.roles, who.site), names=[ROLES[role] for role in who.roles])
