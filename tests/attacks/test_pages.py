"""The eye that looks at pages sees what it is there for."""

import pytest
from hostile.pages import active

HARMLESS = "<style>a</style><p class='x' title='on'>x</p><a href='https://a.example'>x</a>"


@pytest.mark.parametrize(
    "html",
    [
        "<script>1</script>",
        "<img src='data:image/png;base64,x' ONERROR=alert(1)>",
        "<img src=//a.example>",
        "<img src='http://a.example/x.png'>",
        "<a href=' javascript:alert(1)'>x</a>",
        "<a href='data:text/html,x'>x</a>",
        "<svg onload=alert(1)>",
        "<form action=x>",
        "<meta http-equiv=refresh content=0>",
        "<style>b</style>",
    ],
)
def test_what_acts_is_found(html: str) -> None:
    assert list(active(HARMLESS)) == []
    assert list(active(HARMLESS + html)) != []
