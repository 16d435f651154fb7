#ifndef C_PHONE_NUMBER_H
#define C_PHONE_NUMBER_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What libphonenumber tells of a number by its digits alone.
typedef struct {
    /// A `PhoneNumberUtil::PhoneNumberType`: 0 fixed line, 1 mobile, … 11 unknown.
    int32_t kind;
    /// ISO 3166, two letters; empty where it is no country's, as an international toll-free number.
    char country[4];
    /// Where the number is, in English, UTF-8: "Chicago, IL"; empty where no more than the country is known.
    char place[256];
} c_phone_number_facts;

/// Looks a number up. No C++ exception leaves it; any thread may call it.
///
/// @param calling_code E.164 country code, e.g. 1.
/// @param national the digits after it, NUL at the end.
/// @return 1 where the library knows such a number, 0 where not or where it failed; `facts` is filled in either case.
int32_t c_phone_number_look_up(int32_t calling_code, const char *national, c_phone_number_facts *facts);

/// Writes a number as people at home do: "020 7183 8750". No C++ exception leaves it; any thread may call it.
///
/// @param national the digits after the calling code, NUL at the end.
/// @param text NUL at its end; empty where it failed or the room did not do.
void c_phone_number_format_national(int32_t calling_code, const char *national, char *text, int32_t room);

#ifdef __cplusplus
}
#endif

#endif
