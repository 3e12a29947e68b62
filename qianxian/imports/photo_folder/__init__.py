"""A folder of photos: each is matched to an entry by its file's name, and a person confirms."""
