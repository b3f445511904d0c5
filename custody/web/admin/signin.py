"""Signing in with a passkey, making the first one by a one-time link, and signing out."""

from flask import Response, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as Answered

from custody.accounts import accounts, ceremony, links, passkeys, sessions
from custody.accounts.accounts import Account
from custody.accounts.passkeys import Passkey
from custody.accounts.sessions import browser_of, hash_of
from custody.core.errors import BadSignature, Erased
from custody.web.access import anyone
from custody.web.admin import ceremonies
from custody.web.identity import begin_session, end_session, gate, own_path, signed_in, store
from custody.web.portal import language
from custody.web.portal.pages import area

signin = area("signin")
_SIGN_IN = "sign-in"


@signin.get("/sign-in")
@anyone
def show() -> Answered | str:
    """The page with the one button."""
    on = own_path(request.args.get("next", ""))
    return redirect(on, 303) if signed_in() else render_template("sign_in.html", next=on, url=gate().party.origin)


@signin.post("/sign-in/options")
@anyone
def ask() -> Response:
    """What the browser asks its passkeys."""
    return ceremonies.ask(_SIGN_IN, lambda challenge: ceremony.sign_in(gate().party, challenge))


@signin.post("/sign-in")
@anyone
def enter() -> Response:
    """The passkey's answer: signed in, or not."""
    challenge, answer = ceremonies.answered(_SIGN_IN)
    try:
        claim = ceremony.claim(bytes(answer.credential))
    except BadSignature as error:
        raise ceremonies.refuse(error) from error
    ceremonies.hold_back(gate().backoff.wait_ms(claim.id))
    with store().reading() as work:
        passkey = passkeys.find(work.db, claim.id)
        account = accounts.find(work.db, claim.account)
    if passkey is None or account is None or account.disabled is not None:
        raise _failed(claim.id, passkey, BadSignature("no such passkey, or its account is disabled"))
    try:
        count, backed_up = ceremony.signed_in(gate().party, passkey, challenge, bytes(answer.credential))
    except BadSignature as error:
        raise _failed(claim.id, passkey, error) from error
    gate().backoff.forgive(passkey.id)
    with store().writing() as work:
        passkeys.note_use(work, passkey, count, backed_up=backed_up)
        secret = sessions.begin(work, account.id, _browser())
    response = _begin(secret, account, answer)
    if passkey.failures:
        flash(
            ngettext(
                "Sejak terakhir dipakai, %(num)s percobaan masuk dengan kunci sandi ini ditolak.",
                "Sejak terakhir dipakai, %(num)s percobaan masuk dengan kunci sandi ini ditolak.",
                passkey.failures,
            ),
            "watch",
        )
    return response


@signin.post("/sign-out")
@anyone
def leave() -> Answered:
    """Ends this browser's session."""
    if one := signed_in():
        with store().writing() as work:
            sessions.sign_out(work, one.session)
    end_session()
    return redirect("/sign-in", 303)


@signin.get("/sign-up/<secret>")
@anyone
def invite(secret: str) -> Response:
    """What a one-time link opens. To look at it does not use it up."""
    with store().reading() as work:
        account = links.holder(work.db, secret, work.now)
        replaces = bool(account and passkeys.of_account(work.db, account.id))
    text = render_template(
        "sign_up.html", account=account, replaces=replaces, label=_browser(), url=gate().party.origin
    )
    return Response(text, 200 if account else 410)


@signin.post("/sign-up/<secret>/options")
@anyone
def ask_new(secret: str) -> Response:
    """What the browser needs to make the passkey."""
    account = _holder(secret)
    return ceremonies.ask(
        _purpose(secret), lambda challenge: ceremony.registration(gate().party, account, [], challenge)
    )


@signin.post("/sign-up/<secret>")
@anyone
def register(secret: str) -> Response:
    """The account's only passkey from now on; the link is used up, and who used it is signed in."""
    challenge, answer = ceremonies.answered(_purpose(secret))
    account = _holder(secret)
    label = passkeys.check_label(answer.label)
    try:
        made = ceremony.registered(gate().party, account, challenge, bytes(answer.credential), label)
    except BadSignature as error:
        raise ceremonies.refuse(error) from error
    with store().writing() as work:
        if links.holder(work.db, secret, work.now) is None:
            raise _gone()
        links.use_up(work, secret)
        passkeys.replace_all(work, account, made)
        session_secret = sessions.begin(work, account.id, _browser())
    response = _begin(session_secret, account, answer)
    flash(_("Kunci sandi Anda telah dibuat. Dengan itu Anda masuk mulai sekarang."), "good")
    return response


def _begin(secret: str, account: Account, answer: ceremonies.Answer) -> Response:
    begin_session(secret)
    response = ceremonies.went_well(answer)
    if language.COOKIE not in request.cookies:
        language.keep(response, account.language)
    return response


def _failed(id_: bytes, passkey: Passkey | None, why: BadSignature) -> BadSignature:
    wait = gate().backoff.fail(id_)
    if passkey is not None:
        with store().writing() as work:
            passkeys.note_failure(work, id_)
            if wait:
                work.record(passkey.account, "passkey-held-back", passkey.label)
    return ceremonies.refuse(why)


def _holder(secret: str) -> Account:
    with store().reading() as work:
        account = links.holder(work.db, secret, work.now)
    if account is None:
        raise _gone()
    return account


def _gone() -> Erased:
    return Erased("this link was used, is older than a day, or never was", remedy="Ask for a new one.")


def _purpose(secret: str) -> str:
    return f"sign-up {hash_of(secret).hex()}"


def _browser() -> str:
    return browser_of(request.user_agent.string)
