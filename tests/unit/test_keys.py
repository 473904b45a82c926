import threading

import pytest

from kaart.errors import ConfigurationError
from kaart.keys import KEY_BYTES, derived_key, load_or_create_master_key, master_key_path


def test_first_run_makes_a_key_for_the_owner_only(tmp_path):
    key = load_or_create_master_key(tmp_path)
    path = master_key_path(tmp_path)
    assert len(key) == KEY_BYTES
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_or_create_master_key(tmp_path) == key
    assert list(path.parent.iterdir()) == [path]


def test_two_first_runs_at_once_end_with_one_key(tmp_path):
    keys = []
    threads = [threading.Thread(target=lambda: keys.append(load_or_create_master_key(tmp_path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1


def test_a_key_that_others_may_read_is_refused(tmp_path):
    load_or_create_master_key(tmp_path)
    master_key_path(tmp_path).chmod(0o644)
    with pytest.raises(ConfigurationError, match="master_key_open"):
        load_or_create_master_key(tmp_path)


def test_a_cut_off_key_is_refused(tmp_path):
    load_or_create_master_key(tmp_path)
    master_key_path(tmp_path).write_bytes(b"short")
    with pytest.raises(ConfigurationError, match="master_key_broken"):
        load_or_create_master_key(tmp_path)


def test_keys_of_two_purposes_differ():
    master = bytes(range(KEY_BYTES))
    assert derived_key(master, "cookie") != derived_key(master, "mail")
    assert derived_key(master, "cookie") == derived_key(master, "cookie")
