def test_in_a_file_with_a_space():
    pass
