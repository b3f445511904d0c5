// From our own page, so that the browser sends the cookie, which it keeps from what another page began.
location.replace("/");
