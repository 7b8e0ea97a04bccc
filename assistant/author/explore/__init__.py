"""Proofs about flows: every state that a conversation can be in, as far as what is known in it still matters.

`know` holds what is known, with what is open left open; `decide` works out rules over it and splits it only where they
need it; `matters` says which facts still do; `walker` is the language's meaning over such states; `states` explores them
all; `example` turns a way through them into answers that one could type; `proofs` says what follows for the author.
"""
