#pragma once
// Debian builds libxml2 with ICU, whose headers clash with the copy of ICU inside Foundation.
// Nothing here uses the ICU interfaces, so they are taken out before libxml2's own headers see them.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/SAX2.h>
#include <iconv.h>
