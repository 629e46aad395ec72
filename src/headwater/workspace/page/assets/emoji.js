// The shortcodes people and alert senders really use; an unknown one stays as it was written.

const TABLE = `
+1 👍 -1 👎 thumbsup 👍 thumbsdown 👎 eyes 👀 white_check_mark ✅ heavy_check_mark ✔️ x ❌ warning ⚠️ rotating_light 🚨 fire 🔥
red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡 large_green_circle 🟢 large_blue_circle 🔵 white_circle ⚪ black_circle ⚫
large_red_square 🟥 large_orange_square 🟧 large_yellow_square 🟨 large_green_square 🟩 white_large_square ⬜ black_large_square ⬛
tada 🎉 pray 🙏 raised_hands 🙌 wave 👋 ok_hand 👌 muscle 💪 clap 👏 heart ❤️ smile 😄 slightly_smiling_face 🙂 grinning 😀
thinking_face 🤔 joy 😂 sob 😭 cry 😢 sweat_smile 😅 upside_down_face 🙃 disappointed 😞 scream 😱 sleeping 😴 rage 😡
rocket 🚀 zap ⚡ bulb 💡 mag 🔍 hammer_and_wrench 🛠️ wrench 🔧 gear ⚙️ construction 🚧 bug 🐛 package 📦 books 📚 book 📖
memo 📝 pushpin 📌 bookmark 🔖 link 🔗 bell 🔔 no_bell 🔕 hourglass ⌛ hourglass_flowing_sand ⏳ alarm_clock ⏰ stopwatch ⏱️ calendar 📅
chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 bar_chart 📊 droplet 💧 ocean 🌊 sweat_drops 💦 potable_water 🚰 snowflake ❄️ sunny ☀️
robot_face 🤖 busts_in_silhouette 👥 bust_in_silhouette 👤 speech_balloon 💬 loudspeaker 📢 mega 📣 telephone_receiver 📞 pager 📟
arrow_up ⬆️ arrow_down ⬇️ arrow_right ➡️ arrow_left ⬅️ arrows_counterclockwise 🔄 repeat 🔁 back 🔙 twisted_rightwards_arrows 🔀
question ❓ exclamation ❗ grey_question ❔ information_source ℹ️ no_entry ⛔ no_entry_sign 🚫 octagonal_sign 🛑 stop_sign 🛑 shield 🛡️
lock 🔒 unlock 🔓 key 🔑 computer 💻 satellite 🛰️ satellite_antenna 📡 electric_plug 🔌 battery 🔋 wastebasket 🗑️ file_folder 📁
seedling 🌱 deciduous_tree 🌳 pancakes 🥞 coffee ☕ cake 🍰 sparkles ✨ star ⭐ 100 💯 crown 👑 checkered_flag 🏁 white_flag 🏳️ sos 🆘 new 🆕 test_tube 🧪 microscope 🔬 dart 🎯 compass 🧭 world_map 🗺️ level_slider 🎚️ mute 🔇 sound 🔉 ghost 👻 see_no_evil 🙈`;

const words = TABLE.trim().split(/\s+/);
export const EMOJI = new Map();
for (let index = 0; index < words.length; index += 2) EMOJI.set(words[index], words[index + 1]);

export const QUICK = ["eyes", "+1", "white_check_mark", "pushpin", "memo", "fire", "warning", "rotating_light", "tada", "pray",
  "thinking_face", "raised_hands", "bulb", "mag", "bug", "rocket", "hourglass_flowing_sand", "chart_with_downwards_trend",
  "heart", "joy", "sob", "-1", "x", "ocean"];

export const emoji = (name) => EMOJI.get(name.split("::")[0]) ?? `:${name}:`;
