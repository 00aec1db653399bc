/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "kioskd"

#include "mark.h"

#include <sodium.h>

/* Short, well-known, one to three characters in Japanese, no two alike to eye or ear. */
static const char *const words[][2] = {
  { "富士", "Fuji" },    { "鈴", "Bell" },      { "桜", "Cherry" },     { "松", "Pine" },
  { "竹", "Bamboo" },    { "梅", "Plum" },      { "月", "Moon" },       { "星", "Star" },
  { "雪", "Snow" },      { "雨", "Rain" },      { "虹", "Rainbow" },    { "海", "Sea" },
  { "川", "River" },     { "滝", "Waterfall" }, { "島", "Island" },     { "岬", "Cape" },
  { "森", "Forest" },    { "谷", "Valley" },    { "丘", "Hill" },       { "橋", "Bridge" },
  { "門", "Gate" },      { "城", "Castle" },    { "塔", "Tower" },      { "庭", "Garden" },
  { "窓", "Window" },    { "机", "Desk" },      { "傘", "Umbrella" },   { "帽子", "Hat" },
  { "靴", "Shoe" },      { "時計", "Clock" },   { "手紙", "Letter" },   { "切手", "Stamp" },
  { "太鼓", "Drum" },    { "笛", "Flute" },     { "琴", "Harp" },       { "歌", "Song" },
  { "凧", "Kite" },      { "独楽", "Top" },     { "折鶴", "Crane" },    { "紙", "Paper" },
  { "筆", "Brush" },     { "本", "Book" },      { "地図", "Map" },      { "旗", "Flag" },
  { "船", "Ship" },      { "舟", "Boat" },      { "汽車", "Train" },    { "馬", "Horse" },
  { "牛", "Ox" },        { "羊", "Sheep" },     { "犬", "Dog" },        { "猫", "Cat" },
  { "兎", "Rabbit" },    { "狐", "Fox" },       { "狸", "Badger" },     { "鹿", "Deer" },
  { "熊", "Bear" },      { "猿", "Monkey" },    { "亀", "Turtle" },     { "蛙", "Frog" },
  { "蝶", "Butterfly" }, { "蜂", "Bee" },       { "蛍", "Firefly" },    { "蟻", "Ant" },
  { "鳩", "Pigeon" },    { "雀", "Sparrow" },   { "燕", "Swallow" },    { "鷹", "Hawk" },
  { "鯉", "Carp" },      { "鯨", "Whale" },     { "海老", "Shrimp" },   { "貝", "Shell" },
  { "菊", "Daisy" },     { "蓮", "Lotus" },     { "百合", "Lily" },     { "薔薇", "Rose" },
  { "藤", "Wisteria" },  { "楓", "Maple" },     { "柳", "Willow" },     { "銀杏", "Ginkgo" },
  { "林檎", "Apple" },   { "蜜柑", "Orange" },  { "柿", "Persimmon" },  { "桃", "Peach" },
  { "栗", "Chestnut" },  { "葡萄", "Grape" },   { "苺", "Strawberry" }, { "西瓜", "Melon" },
  { "米", "Rice" },      { "麦", "Wheat" },     { "豆", "Bean" },       { "芋", "Potato" },
  { "人参", "Carrot" },  { "大根", "Radish" },  { "葱", "Leek" },       { "南瓜", "Pumpkin" },
  { "茶", "Tea" },       { "塩", "Salt" },      { "砂糖", "Sugar" },    { "餅", "Cake" },
  { "鍋", "Pot" },       { "皿", "Plate" },     { "箸", "Chopsticks" }, { "湯", "Bath" },
  { "鏡", "Mirror" },    { "鍵", "Key" },       { "箱", "Box" },        { "籠", "Basket" },
  { "糸", "Thread" },    { "針", "Needle" },    { "布", "Cloth" },      { "綿", "Cotton" },
  { "金", "Gold" },      { "銀", "Silver" },    { "銅", "Copper" },     { "鉄", "Iron" },
  { "石", "Stone" },     { "砂", "Sand" },      { "土", "Earth" },      { "火", "Fire" },
  { "煙", "Smoke" },     { "雲", "Cloud" },     { "霧", "Mist" },       { "風", "Wind" },
  { "朝", "Morning" },   { "夕日", "Sunset" },  { "春", "Spring" },     { "秋", "Autumn" },
};

G_STATIC_ASSERT (G_N_ELEMENTS (words) == 128);

KioskLabel
kiosk_mark_draw (void)
{
  guint32 first = randombytes_uniform (G_N_ELEMENTS (words));
  guint32 second = randombytes_uniform (G_N_ELEMENTS (words) - 1);

  if (second >= first) /* never the same word twice, all pairs equally likely */
    second++;
  return (KioskLabel){
    .ja = g_strdup_printf ("%s・%s", words[first][0], words[second][0]),
    .en = g_strdup_printf ("%s · %s", words[first][1], words[second][1]),
  };
}
