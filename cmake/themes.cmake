# The themes of themes/ as a table in the program: a name is enough, wherever
# the program stands. Made again when a file changes.
file(GLOB theme_files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/themes/*.theme)
set(rows "")
foreach(file ${theme_files})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} text)
  string(REPLACE "\\" "\\\\" text "${text}")
  string(REPLACE "\"" "\\\"" text "${text}")
  string(REPLACE "\n" "\\n\"\n    \"" text "${text}")
  string(APPEND rows "    {\"${name}\",\n    \"${text}\"},\n")
endforeach()
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/themes_shipped.c CONTENT
"/* Made from themes/ by cmake/themes.cmake. */
#include \"widgets/theme_table.h\"

const struct shipped_theme SHIPPED_THEMES[] = {
@rows@    {0}};
" @ONLY)
target_sources(pc_widgets PRIVATE ${CMAKE_BINARY_DIR}/themes_shipped.c)
