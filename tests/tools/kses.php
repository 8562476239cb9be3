<?php
// What WordPress makes of the files named, as a JSON list of [kept, displayed]: `kept` comes out of
// wp_kses_post, `displayed` then went through what it does to every text. No database is needed.
define( 'ABSPATH', '/usr/share/wordpress/' );
define( 'WPINC', 'wp-includes' );
define( 'WP_DEBUG', false );
foreach ( array( 'plugin', 'load', 'compat', 'functions', 'pomo/translations', 'l10n', 'formatting', 'kses' ) as $part ) {
	require_once ABSPATH . WPINC . "/$part.php";
}
$shortcode_tags = array(); // none: no plugin is loaded
add_filter( 'pre_option_blog_charset', function () { return 'UTF-8'; } );
$found = array();
foreach ( array_slice( $argv, 1 ) as $path ) {
	$kept    = wp_kses_post( file_get_contents( $path ) );
	$found[] = array( $kept, wpautop( wptexturize( $kept ) ) );
}
echo json_encode( $found, JSON_UNESCAPED_UNICODE );
