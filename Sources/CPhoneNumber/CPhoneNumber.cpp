#include "CPhoneNumber.h"

#include <cstdlib>
#include <cstring>
#include <string>

#include <phonenumbers/geocoding/phonenumber_offline_geocoder.h>
#include <phonenumbers/phonenumberutil.h>

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberOfflineGeocoder;
using i18n::phonenumbers::PhoneNumberUtil;

namespace {

/// Made when first needed: reading the library's tables takes some 20 ms.
const PhoneNumberUtil &numbers() { return *PhoneNumberUtil::GetInstance(); }

const PhoneNumberOfflineGeocoder &places() {
    // Never destroyed: a thread may still ask while the process ends.
    static const PhoneNumberOfflineGeocoder *const geocoder = new PhoneNumberOfflineGeocoder();
    return *geocoder;
}

/// The number as the library has it, without its guesses at what was meant: digits that are no number stay none.
PhoneNumber number_of(int32_t calling_code, const char *national) {
    PhoneNumber number;
    number.set_country_code(calling_code);
    number.set_national_number(std::strtoull(national, nullptr, 10));
    size_t zeros = std::strspn(national, "0");
    // A number of zeros alone is written with one of them as its value.
    if (zeros == std::strlen(national) && zeros > 0) --zeros;
    if (zeros > 0) {
        number.set_italian_leading_zero(true);
        number.set_number_of_leading_zeros(static_cast<int32_t>(zeros));
    }
    return number;
}

template <size_t size> void copy(const std::string &text, char (&field)[size]) {
    // A text cut short would name some other place.
    if (text.size() >= size) return;
    std::memcpy(field, text.c_str(), text.size() + 1);
}

}  // namespace

extern "C" void c_phone_number_format_national(int32_t calling_code, const char *national, char *text, int32_t room) {
    if (room <= 0) return;
    text[0] = 0;
    try {
        std::string formatted;
        numbers().Format(number_of(calling_code, national), PhoneNumberUtil::NATIONAL, &formatted);
        if (formatted.size() < static_cast<size_t>(room)) std::memcpy(text, formatted.c_str(), formatted.size() + 1);
    } catch (...) {
        text[0] = 0;
    }
}

extern "C" int32_t c_phone_number_look_up(int32_t calling_code, const char *national, c_phone_number_facts *facts) {
    std::memset(facts, 0, sizeof *facts);
    facts->kind = PhoneNumberUtil::UNKNOWN;
    try {
        const PhoneNumber number = number_of(calling_code, national);
        const PhoneNumberUtil::PhoneNumberType kind = numbers().GetNumberType(number);
        if (kind == PhoneNumberUtil::UNKNOWN) return 0;
        facts->kind = kind;
        std::string country;
        numbers().GetRegionCodeForNumber(number, &country);
        // "001" is the world.
        if (country.size() == 2 && country != "ZZ") copy(country, facts->country);
        const icu::Locale english("en");
        const std::string place = places().GetDescriptionForNumber(number, english);
        // Asked from abroad, it answers with the country's name alone; the same where it knows no more.
        if (place != places().GetDescriptionForNumber(number, english, "ZZ")) copy(place, facts->place);
        return 1;
    } catch (...) {
        return 0;
    }
}
