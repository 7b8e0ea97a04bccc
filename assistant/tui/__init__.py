"""The screens: Textual, and nothing that decides. They show prompts and send answers through the desk."""
