"""Area systems from a file, loaded by command and known to every place afterwards."""

from __future__ import annotations

import pytest

from kaart.domain.areas import AreaCode
from tests.factories.installation import an_application


def options(path):
    return (str(path), "--system", "proefzone", "--zone", "zone", "--member", "gemeente")


def test_an_area_system_from_a_file_is_known_to_its_places(installation, kaart, tmp_path):
    path = tmp_path / "zones.csv"
    path.write_text("zone;gemeente\nZone Leie;Deinze\nZone Leie;44021\n", encoding="utf-8")
    said = kaart("sources", "areas", *options(path))
    assert said.code == 0, said
    with an_application(installation) as application:
        [gent] = {match.place for match in application.places.resolve("Gent", limit=1)}
        [zone] = [code for code in gent.areas if code.startswith("proefzone:")]
        assert zone in application.places.resolve("Deinze")[0].place.areas
        assert zone not in application.places.resolve("Brugge")[0].place.areas
        assert application.places.area_name(AreaCode(zone), "nl") == "Zone Leie"


def test_a_line_that_cannot_be_used_is_named_and_the_others_are_loaded(installation, kaart, tmp_path):
    path = tmp_path / "zones.csv"
    path.write_text("zone,gemeente\nZone Leie,Deinze\nZone Leie,Nergenshuizen\n", encoding="utf-8")
    said = kaart("sources", "areas", *options(path))
    assert said.code == 1
    assert "zones.csv:3: Unknown municipality: Nergenshuizen" in said.err


@pytest.mark.parametrize("content", ["gebied,gemeente\nx,Gent\n", b"\xff\xfe\x00"])
def test_a_file_that_is_no_area_file_is_refused(installation, kaart, tmp_path, content):
    path = tmp_path / "zones.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    said = kaart("sources", "areas", *options(path))
    assert said.code == 2
    assert "zones.csv" in said.err
