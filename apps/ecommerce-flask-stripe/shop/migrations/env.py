from appkit.flask import migrations
from shop.models import Base

migrations.run(Base.metadata)
