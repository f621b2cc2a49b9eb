import no_such_module_anywhere


def test_never_seen():
    no_such_module_anywhere.use()
