# The Debian package, by CPack: cpack -G DEB in the build folder. See README.md.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME protector-console)
set(PC_MAINTAINER "protector-console maintainers <maintainers@localhost>" CACHE STRING
    "Who answers for the package: a name and an address")
set(CPACK_PACKAGE_CONTACT "${PC_MAINTAINER}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "ncurses-term, openssh-client")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS python3-openstackclient)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "disaster recovery of OpenStack servers, at a terminal")
set(CPACK_PACKAGE_DESCRIPTION
"Protects groups of servers that run on one OpenStack site and are replicated
to another by FlashArray storage. It shows both sites and every group live,
runs drills (test failovers), and moves production: failover, commit or
rollback, and failback.
.
Screens for a terminal of 80x24 and more, plain lines for screen readers and
serial lines, verbs for scripts. Everything it does is journalled before it is
done, so that a killed console or a lost line is resumed. A lab of two
simulated sites is in the package.")

file(CONFIGURE OUTPUT ${made}/changelog CONTENT
"protector-console (@PROJECT_VERSION@) unstable; urgency=medium

  * Built from its sources.

 -- @PC_MAINTAINER@  @PC_RELEASED_MAIL@
" @ONLY)
set(packed "")
pc_packed(${made}/changelog changelog.gz)
add_custom_target(packed ALL DEPENDS ${packed})
install(FILES ${made}/changelog.gz DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES ${CMAKE_SOURCE_DIR}/packaging/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})
include(CPack)
