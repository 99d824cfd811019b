"""From registration to a call of the API and on: the whole way, as an app and its user go it."""

from datetime import timedelta

from tests.gateway.oauth.scene import ISSUER, READ, Proof, Scene, request


async def test_an_app_comes_to_act_for_a_user(scene: Scene) -> None:
    app, proof = await scene.register(), Proof()
    async with scene.browser() as browser:
        page = await browser.open(request(app, proof))
        page = await browser.sign_in(page, "ADA@test.example", "correct horse")
        page = await browser.submit(page, "/oauth/authorize", button="allow")
    assert page.left is not None
    assert page.left.startswith("https://app.example/callback?from=crm&code=pca_")
    assert (page.parameters["state"], page.parameters["iss"]) == ("st&te", ISSUER)

    response = await scene.redeem(app, page.parameters["code"], proof)
    told = response.json()
    assert response.status_code == 200
    assert response.headers["cache-control"] == "no-store"
    assert (told["token_type"], told["expires_in"], told["scope"]) == ("Bearer", 3600, " ".join(READ))

    me = (await scene.me(told["access_token"])).json()
    assert (me["user"]["email"], me["business"]["name"], me["scopes"]) == ("ada@test.example", "Home", list(READ))


async def test_a_refresh_gives_the_next_tokens_under_the_same_budget(scene: Scene) -> None:
    app = await scene.register()
    first = await scene.tokens(app)
    await scene.me(first["access_token"])
    scene.time.passes(timedelta(minutes=59))
    second = (await scene.refresh(app, first["refresh_token"])).json()
    assert first["refresh_token"] != second["refresh_token"]
    one, two = [await scene.authority.principal(each["access_token"]) for each in (first, second)]
    assert (one.bucket, one.client) == (two.bucket, two.client)
    assert one.client == app.id
    response = await scene.me(second["access_token"])
    assert response.headers["x-ratelimit-remaining"] == "998"
