"""The command ``sohoa``: thin modules, one for each group of commands, over the other packages."""
