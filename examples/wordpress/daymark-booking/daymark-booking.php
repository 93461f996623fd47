<?php
/**
 * Plugin Name:       Daymark Booking
 * Description:       Puts a booking calendar on any page: [daymark calendar="cal_..."].
 * Version:           1.0.0
 * Requires at least: 6.3
 * Requires PHP:      7.4
 * License:           Apache-2.0
 * License URI:       https://www.apache.org/licenses/LICENSE-2.0
 * Text Domain:       daymark-booking
 *
 * @package Daymark_Booking
 */

defined( 'ABSPATH' ) || exit;

/**
 * Attributes of the shortcode that become attributes of the calendar, as they are.
 */
const DAYMARK_BOOKING_ATTRIBUTES = array( 'offering', 'mode', 'view', 'date', 'party', 'coupon', 'lang', 'tz', 'theme', 'first-day', 'lock', 'ref', 'utm-passthrough', 'return-url' );

/**
 * The address of the booking service, without a slash at its end.
 *
 * @return string
 */
function daymark_booking_host() {
	return untrailingslashit( (string) get_option( 'daymark_booking_host', 'http://localhost:8787' ) );
}

/**
 * Makes the one script known. Pages without a calendar never load it.
 */
function daymark_booking_register_script() {
	// The address never changes and the service says itself how long it may be kept: no version is added to it.
	// phpcs:ignore WordPress.WP.EnqueuedResourceParameters.MissingVersion
	wp_register_script( 'daymark-booking', daymark_booking_host() . '/embed.js', array(), null, array( 'strategy' => 'async', 'in_footer' => false ) );
}
add_action( 'wp_enqueue_scripts', 'daymark_booking_register_script' );

/**
 * [daymark calendar="cal_..." offering="tour_..." mode="button"]Book now[/daymark]
 *
 * @param array|string $attributes What the author wrote.
 * @param string|null  $content    Words for the link, where scripts do not run.
 * @return string
 */
function daymark_booking_shortcode( $attributes, $content = null ) {
	$defaults   = array_merge( array( 'calendar' => '' ), array_fill_keys( DAYMARK_BOOKING_ATTRIBUTES, '' ) );
	$attributes = shortcode_atts( $defaults, $attributes, 'daymark' );
	if ( '' === $attributes['calendar'] ) {
		// Visitors see nothing; whoever can repair it is told.
		return current_user_can( 'edit_posts' )
			? '<p>' . esc_html__( 'This shortcode needs a calendar: [daymark calendar="cal_..."].', 'daymark-booking' ) . '</p>'
			: '';
	}
	wp_enqueue_script( 'daymark-booking' );
	$html = '<daymark-calendar calendar="' . esc_attr( $attributes['calendar'] ) . '"';
	foreach ( DAYMARK_BOOKING_ATTRIBUTES as $name ) {
		if ( '' !== $attributes[ $name ] ) {
			$html .= ' ' . $name . '="' . esc_attr( $attributes[ $name ] ) . '"';
		}
	}
	// Its place while the script is on its way: nothing on the page moves.
	$places = array(
		''       => 'display: block; height: 0; padding-bottom: clamp(622px, (680px - 100%) * 999, 940px)',
		'inline' => 'display: block; height: 0; padding-bottom: clamp(622px, (680px - 100%) * 999, 940px)',
		'button' => 'display: block; min-height: 48px',
	);
	if ( isset( $places[ $attributes['mode'] ] ) ) {
		$html .= ' style="' . esc_attr( $places[ $attributes['mode'] ] ) . '"';
	}
	$words = null === $content || '' === trim( $content ) ? __( 'Book online', 'daymark-booking' ) : wp_strip_all_tags( $content );
	$link  = daymark_booking_host() . '/c/' . rawurlencode( $attributes['calendar'] );
	return $html . '><a href="' . esc_url( $link ) . '">' . esc_html( $words ) . '</a></daymark-calendar>';
}
add_shortcode( 'daymark', 'daymark_booking_shortcode' );

/**
 * The one setting, on Settings > General.
 */
function daymark_booking_settings() {
	register_setting(
		'general',
		'daymark_booking_host',
		array(
			'type'              => 'string',
			'sanitize_callback' => 'daymark_booking_sanitize_host',
			'default'           => 'http://localhost:8787',
		)
	);
	add_settings_field(
		'daymark_booking_host',
		esc_html__( 'Address of the booking service', 'daymark-booking' ),
		'daymark_booking_host_field',
		'general',
		'default',
		array( 'label_for' => 'daymark_booking_host' )
	);
}
add_action( 'admin_init', 'daymark_booking_settings' );

/**
 * Takes web addresses only.
 *
 * @param mixed $value What was typed.
 * @return string
 */
function daymark_booking_sanitize_host( $value ) {
	return untrailingslashit( esc_url_raw( trim( (string) $value ), array( 'http', 'https' ) ) );
}

/**
 * The field of the setting.
 */
function daymark_booking_host_field() {
	printf(
		'<input type="url" class="regular-text code" id="daymark_booking_host" name="daymark_booking_host" value="%s" />',
		esc_attr( daymark_booking_host() )
	);
}
