class Faults: pass
