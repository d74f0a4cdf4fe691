class DualArray:
    __slots__=("value","partials","level")
    def __init__(self, value, partials, level=0):
        self.value=value; self.partials=partials; self.level=level
    def __repr__(self): return f"DualArray({self.value},{self.partials},{self.level})"
