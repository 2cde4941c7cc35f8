// dedup's compiled core: one library behind a C interface, which dedup/native/library.py loads.
#include "text/characters.h"
#include "sets/joins.h"
#include "sets/keepers.h"
#include "sets/lookup.h"
#include "records/records.h"
#include "scan.h"
