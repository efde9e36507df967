#!/usr/bin/env python
from appkit.django.manage import main

if __name__ == "__main__":
    main("rocket.settings")
